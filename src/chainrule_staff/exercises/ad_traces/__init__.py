"""The topic ad_traces: automatic differentiation by hand, then by program."""

from chainrule_staff.exercises.ad_traces import flaws, machinery, traces

EXERCISES = (*traces.EXERCISES, *flaws.EXERCISES, *machinery.EXERCISES)
