#include "boa/cli/program.hpp"

int main(int argc, char** argv) { return boa::cli::run_program(argc, argv); }
