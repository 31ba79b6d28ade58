# Debian's bare-metal compiler for the Cortex-M4F of mps2-an386. Newlib's small build: no exceptions, no wide text.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY) # there is no start-up code yet to link a program with
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)

# Unaligned access traps on this board, as it would on smaller chips.
set(machine "-mcpu=cortex-m4 -mthumb -mfloat-abi=softfp -mfpu=fpv4-sp-d16 -mno-unaligned-access")
set(CMAKE_C_FLAGS_INIT "${machine} --specs=nano.specs -Wno-psabi -ffunction-sections -fdata-sections")
set(CMAKE_CXX_FLAGS_INIT "${CMAKE_C_FLAGS_INIT} -fno-threadsafe-statics")
# Assertions stay on: this image is for tests.
set(CMAKE_C_FLAGS_RELEASE_INIT "-O2 -g1")
set(CMAKE_CXX_FLAGS_RELEASE_INIT "-O2 -g1")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1" CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1" CACHE STRING "")
