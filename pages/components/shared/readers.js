// What reads with a model in this browser, once for all parts of the page.
// What stands before this file is mnist_core/browser, joined.
const readers = (document.mnistReaders ??= new Map()); // by the packed model's address

/** Return what reads with the model at an address; null until it is here. */
function readerOf(address) {
    if (address && !readers.has(address)) fetchReader(address);
    return readers.get(address) ?? null;
}

function fetchReader(address) {
    readers.set(address, null);
    fetch(address)
        .then((response) => (response.ok ? response.arrayBuffer() : null))
        .then((buffer) => {
            if (buffer) readers.set(address, new reader.Reader(network.unpack(buffer)));
            document.dispatchEvent(new Event("reader-ready"));
        })
        .catch(() => readers.delete(address)); // asked for again when it is needed
}

