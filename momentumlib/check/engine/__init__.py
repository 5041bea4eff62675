"""What judges an answer, whatever the exercise.

exercise    a solution, its known mistakes and hidden cases; how an answer is judged
answer      the call of an answer;  signature  what it takes;  result  what it returned
steps, formulas, values, paths      answers that are a step, a formula, a number, a path
cases       hidden cases;  relations  what an unknown mistake has to do with the right answer
breaks      where it gives no finite number;  slips  brackets left out of the right formula
verdict, picture    what is said and drawn;  record  what has passed
sandbox     a process for a reader's code;  limit  its time, where there is no other process
"""
