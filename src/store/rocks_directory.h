// A database's directory and the file in it that tells an unclean stop. Private to the store.
#pragma once

#include <string>

#include "base/result.h"

namespace vaste::store {

Status make_directory(const std::string& directory);

// The marker stands while the database is open, so one that is found before is from a program that
// did not close it.
bool has_marker(const std::string& directory);
Status write_marker(const std::string& directory);  // on the disk when it returns
void remove_marker(
    const std::string& directory);  // One that stays costs a verification, nothing else.

}  // namespace vaste::store
