#!/bin/sh
# Compiles the model where it is older than its source. Each compiler writes a file of its own, which is then renamed:
# two trials that start at once cannot disturb each other.
set -e
if [ ! -x model ] || [ model.f90 -nt model ]; then
  gfortran -O2 -o "model.$$" model.f90
  mv "model.$$" model
fi
exec ./model "$@"
