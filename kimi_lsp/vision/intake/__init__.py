"""Pictures in: from wherever a person has them to what the model is shown."""
