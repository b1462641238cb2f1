"""What if, branches and regression cases in Chat."""
