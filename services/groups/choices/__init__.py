"""The form "Velg faggrupper": which groups a municipality has signed up for."""
