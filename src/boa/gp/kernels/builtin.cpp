#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "boa/gp/kernels/kernels.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::gp {
namespace {

using util::Node;

const Node& field(const Node& node, std::string_view key) {
  const Node* found = node.find(key);
  if (!found) throw UserInputError(fmt::format("a kernel description lacks '{}'", key));
  return *found;
}

double number(const Node& node, std::string_view key) {
  const Node& value = field(node, key);
  if (!value.is_number())
    throw UserInputError(fmt::format("kernel field '{}' must be a number, not {}", key, value.describe()));
  return value.as_double();
}

Vector vector_of(const Node& list, std::string_view key) {
  if (!list.is_array() || list.size() == 0) {
    throw UserInputError(fmt::format("kernel field '{}' must be a list of numbers, not {}", key, list.describe()));
  }
  Vector result(static_cast<Index>(list.size()));
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list.at(i).is_number()) throw UserInputError(fmt::format("kernel field '{}' must hold numbers", key));
    result[static_cast<Index>(i)] = list.at(i).as_double();
  }
  return result;
}

std::vector<Index> indices(const Node& list, std::string_view key) {
  std::vector<Index> result;
  for (const double j : vector_of(list, key)) result.push_back(static_cast<Index>(j));
  return result;
}

Vector positive(const Node& node, std::string_view key) {
  const Vector result = vector_of(field(node, key), key);
  if (!(result.minCoeff() > 0.0)) throw UserInputError(fmt::format("kernel field '{}' must be positive", key));
  return result;
}

Matrix matrix(const Node& node, std::string_view key) {
  const Node& rows = field(node, key);
  if (!rows.is_array() || rows.size() == 0)
    throw UserInputError(fmt::format("kernel field '{}' must be a matrix", key));
  Matrix result;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Vector row = vector_of(rows.at(i), key);
    if (i == 0) result.resize(static_cast<Index>(rows.size()), row.size());
    if (row.size() != result.cols())
      throw UserInputError(fmt::format("rows of kernel field '{}' differ in length", key));
    result.row(static_cast<Index>(i)) = row.transpose();
  }
  return result;
}

std::vector<std::unique_ptr<Kernel>> parts(const Node& node, std::string_view key) {
  const Node& list = field(node, key);
  if (!list.is_array() || list.size() == 0) {
    throw UserInputError(fmt::format("kernel field '{}' must be a list of kernels, not {}", key, list.describe()));
  }
  std::vector<std::unique_ptr<Kernel>> result;
  for (const Node& part : list.as_array()) result.push_back(make_kernel(part));
  return result;
}

util::Registry<KernelFactory> make_registry() {
  util::Registry<KernelFactory> registry("kernel");
  registry.add("categorical", [](const Node& n) { return make_categorical(positive(n, "lengthscale")); });
  registry.add("index",
               [](const Node& n) { return make_index(matrix(n, "covar_factor"), vector_of(field(n, "var"), "var")); });
  registry.add("linear", [](const Node& n) { return make_linear(positive(n, "variance")); });
  registry.add("matern", [](const Node& n) { return make_matern(number(n, "nu"), positive(n, "lengthscale")); });
  registry.add("periodic",
               [](const Node& n) { return make_periodic(positive(n, "lengthscale"), positive(n, "period_length")); });
  registry.add("positive_index", [](const Node& n) {
    return make_positive_index(matrix(n, "covar_factor"), vector_of(field(n, "var"), "var"),
                               static_cast<Index>(number(n, "target_task_index")));
  });
  registry.add("product", [](const Node& n) { return make_product(parts(n, "factors")); });
  registry.add("rbf", [](const Node& n) { return make_rbf(positive(n, "lengthscale")); });
  registry.add("rq",
               [](const Node& n) { return make_rational_quadratic(positive(n, "lengthscale"), number(n, "alpha")); });
  registry.add("scale",
               [](const Node& n) { return make_scale(number(n, "outputscale"), make_kernel(field(n, "base"))); });
  registry.add("sum", [](const Node& n) { return make_sum(parts(n, "terms")); });
  registry.add("warp", [](const Node& n) {
    const std::vector<Index> columns = indices(field(n, "columns"), "columns");
    const Vector first = positive(n, "concentration1"), zeroth = positive(n, "concentration0");
    const auto count = static_cast<Index>(columns.size());
    if (first.size() != count || zeroth.size() != count) {
      throw UserInputError("kernel fields 'concentration1' and 'concentration0' must be as long as 'columns'");
    }
    return make_warp(columns, first, zeroth, make_kernel(field(n, "base")));
  });
  return registry;
}

struct ArdKernel {
  std::string_view name;
  std::unique_ptr<Kernel> (*make)(const Vector& ones);
};

constexpr std::array kArdKernels = {
    ArdKernel{"rbf", [](const Vector& ones) { return make_rbf(ones); }},
    ArdKernel{"matern12", [](const Vector& ones) { return make_matern(0.5, ones); }},
    ArdKernel{"matern32", [](const Vector& ones) { return make_matern(1.5, ones); }},
    ArdKernel{"matern52", [](const Vector& ones) { return make_matern(2.5, ones); }},
    ArdKernel{"rq", [](const Vector& ones) { return make_rational_quadratic(ones, 1.0); }},
    ArdKernel{"periodic", [](const Vector& ones) { return make_periodic(ones, ones); }},
    ArdKernel{"linear", [](const Vector& ones) { return make_linear(ones); }},
};

}  // namespace

std::unique_ptr<Kernel> make_ard(const std::string& name, Index d) {
  std::vector<std::string> names;
  for (const ArdKernel& known : kArdKernels) {
    if (known.name == name) return known.make(Vector::Ones(d));
    names.emplace_back(known.name);
  }
  throw UnsupportedError("the model's kernel '" + name + "' is not known", "Known: " + util::join(names, ", "));
}

bool is_ard_kernel(std::string_view name) {
  return std::any_of(kArdKernels.begin(), kArdKernels.end(), [&](const ArdKernel& k) { return k.name == name; });
}

const util::Registry<KernelFactory>& kernel_registry() {
  static const util::Registry<KernelFactory> registry = make_registry();
  return registry;
}

std::unique_ptr<Kernel> make_kernel(const Node& description) {
  const Node& type = field(description, "type");
  if (!type.is_string()) throw UserInputError(fmt::format("a kernel's type must be a name, not {}", type.describe()));
  std::unique_ptr<Kernel> kernel = kernel_registry().get(type.as_string())(description);
  if (const Node* dims = description.find("active_dims"); dims && !dims->is_null()) {
    kernel->set_active_dims(indices(*dims, "active_dims"));
  }
  return kernel;
}

}  // namespace boa::gp
