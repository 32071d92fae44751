"""The topic ad_traces: automatic differentiation by hand, then by program."""

from chainrule_staff.exercises.ad_traces import machinery, traces

EXERCISES = (*traces.EXERCISES, *machinery.EXERCISES)
