"""The product's central nouns: picture and document. Schema and migrations only."""
