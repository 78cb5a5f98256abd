"""What runs inside the sandbox, beside the students' code. It knows no exercise, no reference and no secret."""
