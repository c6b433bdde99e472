"""Turn drawings and photographs into 28x28 images, as MNIST was made."""
