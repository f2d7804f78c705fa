"""The life of a plot that residents keep: tasks, work, questions, and the noodknop."""
