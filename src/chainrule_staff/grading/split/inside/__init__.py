"""What runs inside the sandbox. A copy of this folder is all that the student's process can read.

Nothing here may import `chainrule_staff`: inside, it does not exist. The trusted side imports the
wire format from here, so that both sides speak the same words.
"""
