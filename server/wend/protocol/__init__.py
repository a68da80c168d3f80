"""The wire: messages, frames and the schema both ends are generated from."""
