"""The one device thread: resolves a picture to tensors, renders it, hands bytes on."""
