// What the precompiled headers belong to: CMake wants a source beside them.
