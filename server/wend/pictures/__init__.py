"""Pictures drawn: from a picture, which is data, to tensors and to pixels in final quality."""
