#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "boa/util/error.hpp"
#include "boa/util/fields.hpp"
#include "boa/util/node.hpp"

namespace boa::metrics {

/// Makes the number of a metric from what the model returned.
class MetricFunction {
 public:
  virtual ~MetricFunction() = default;

  /// Names of its arguments, in the order in which a plain list gives them. Empty: it takes coordinates, under any
  /// names.
  virtual std::vector<std::string> argument_names() const = 0;
  /// Those without which there is no value.
  virtual std::vector<std::string> required_arguments() const = 0;
  /// The value. `arguments` is a mapping; keys that are no argument are dropped. UserInputError if something is missing
  /// or of the wrong shape. The value may be infinite or NaN where the formula is.
  virtual double evaluate(const util::Node& arguments) const = 0;
  /// Reports what is wrong with arguments that a config fixes (`metric_func_kwargs`, a mapping).
  virtual void check_fixed_arguments(const util::Node& arguments, const std::string& path,
                                     util::Problems& problems) const = 0;
  /// A published test function of coordinates: the noise of its metric is simulated.
  virtual bool is_synthetic() const { return false; }
};

using MetricFunctionPtr = std::unique_ptr<const MetricFunction>;

/// A metric whose arguments are the fields of a struct (util/fields.hpp), of which those in `required` must be given.
template <typename Arguments>
class FunctionOf final : public MetricFunction {
 public:
  using Formula = double (*)(const Arguments&);

  FunctionOf(Formula formula, std::vector<std::string> required) : formula_(formula), required_(std::move(required)) {}

  std::vector<std::string> argument_names() const override {
    std::vector<std::string> names;
    for (const util::FieldDescription& field : util::list_fields<Arguments>()) names.push_back(field.name);
    return names;
  }

  std::vector<std::string> required_arguments() const override { return required_; }

  double evaluate(const util::Node& arguments) const override {
    for (const std::string& name : required_) {
      const util::Node* given = arguments.find(name);
      if (given == nullptr || given->is_null()) throw UserInputError("the argument '" + name + "' is missing");
    }
    util::Node known = util::Node::object();
    for (const std::string& name : argument_names()) {
      if (const util::Node* given = arguments.find(name)) known.set(name, *given);
    }
    Arguments parsed;
    util::Problems problems("");
    util::read_fields(known, parsed, "", problems);
    if (!problems.empty()) {
      throw UserInputError(problems.list().front().key_path + ": " + problems.list().front().message);
    }
    return formula_(parsed);
  }

  void check_fixed_arguments(const util::Node& arguments, const std::string& path,
                             util::Problems& problems) const override {
    Arguments parsed;
    util::read_fields(arguments, parsed, path, problems);
  }

 private:
  Formula formula_;
  std::vector<std::string> required_;
};

}  // namespace boa::metrics
