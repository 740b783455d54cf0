"""Stores elsewhere: put the release into one, compare two releases, and go past one machine.

`content` is what a dataset says, whatever holds it. `load` brings a target (`folder`, `endpoint`) to say the same;
`difference` tells two contents apart, `words` puts that into sentences. `shards` cuts a dataset into files for a
cluster, `corpus` checks and counts them there. README.md beside this file has the commands for each store.
"""
