"""The shape of every document, as pydantic models; also the source of the shipped JSON Schemas."""
