#include "boa/generation/generator.hpp"

#include "boa/util/error.hpp"

namespace boa::generation {

GeneratedPoints Generator::generate(const GenerationRequest& request) {
  BOA_CHECK(request.n > 0, request.n);
  GeneratedPoints generated = do_generate(request);
  BOA_CHECK(generated.exhausted || static_cast<int>(generated.points.size()) == request.n, generated.points.size());
  for (Suggestion& suggestion : generated.points) {
    if (suggestion.generator_run.model_key == core::GeneratorRun().model_key) {
      suggestion.generator_run.model_key = model_key_;
    }
    suggestion.generator_run.generation_step_index = static_cast<int>(request.step);
  }
  return generated;
}

}  // namespace boa::generation
