#!/bin/sh
# Compiles the model where it is older than its source. Each compiler writes a file of its own, which is then renamed:
# two trials that start at once cannot disturb each other.
set -e
if [ ! -x model ] || [ model.cpp -nt model ]; then
  g++ -O2 -o "model.$$" model.cpp
  mv "model.$$" model
fi
exec ./model "$@"
