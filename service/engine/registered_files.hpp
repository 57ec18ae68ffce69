#pragma once

#include "core/session_resources.hpp"
#include "engine/system.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

namespace rmb::engine {

/// Registered files by identity; one file may have been registered under several names.
using RegisteredFiles = std::unordered_map<FileId, std::vector<const std::string*>, FileIdHash>;

/// Names the files of all registrations, each with its registrant's rights, or with
/// `primary_rights` where those were not kept. A folder of which several files are registered is
/// enumerated once; only links, and names that only opening explains, are opened. What does not
/// exist or cannot be opened matches nothing; where opens in a folder hang, the rest of that folder
/// matches nothing either. The names point into `registered`, each once, in order.
///
/// Errors: access_denied (one is a folder, or there are no rights), cancelled, those of
/// Rights::assume().
[[nodiscard]] result<RegisteredFiles> name_registered(
    System& system, const core::RegisteredList& registered,
    const std::shared_ptr<const core::Rights>& primary_rights, const std::stop_token& stop);

/// From so many registered files of one folder on, the folder is enumerated instead of each of
/// them opened (3 us an entry against 600 us an open, under Wine).
inline constexpr std::size_t kEnumerateFrom = 4;

}  // namespace rmb::engine
