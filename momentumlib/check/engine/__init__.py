"""What judges an answer: the exercise and its cases, the call, the verdict, the record."""
