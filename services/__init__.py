"""The four services of the suite; they meet in their contracts and nowhere else."""
