#pragma once

/* The asset that both images serve: 4,096 bytes, and what a browser asks for it with. For lwIP's httpd in C,
 * too. */

#define BOARDWALK_TIMES_4(text) text text text text
#define BOARDWALK_TIMES_64(text) BOARDWALK_TIMES_4(BOARDWALK_TIMES_4(BOARDWALK_TIMES_4(text)))

#define BOARDWALK_ASSET_PATH "/assets/index-B4kQz0Yx.css"
#define BOARDWALK_ASSET_TYPE "text/css; charset=utf-8"
#define BOARDWALK_ASSET_ETAG "\"6f1ed002ab5595859014ebf0951522d9\""
#define BOARDWALK_ASSET \
    BOARDWALK_TIMES_64("sixty-four bytes, which stand for what a browser would unpack.\r\n")
#define BOARDWALK_ASSET_BYTES 4096
