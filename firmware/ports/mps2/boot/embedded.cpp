/// The boot stage, as the machine finds it at address 0.
asm(".section .boot, \"a\"\n"
    ".incbin \"" BOARDWALK_BOOT_STAGE
    "\"\n"
    ".previous\n");
