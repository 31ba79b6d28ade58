#pragma once

namespace boardwalk::desktop {

/// Lets this process hold `needed` more file descriptors, as far as the hard limit goes.
/// The usual soft limit of 1024 is less than 512 connections take with the descriptors beside them.
void allowOpenFiles(int needed);

}  // namespace boardwalk::desktop
