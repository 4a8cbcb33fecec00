"""What a setting may be: rules of a recipe, ways of looking, names of classes."""
