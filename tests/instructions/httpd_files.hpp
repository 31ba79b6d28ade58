/* The files of lwIP's httpd, in the form that its makefsdata writes: the answer's head stands in front of the
   content, so that the server only has to point there. It says what our answer says, and that the connection
   stays open, which httpd needs to be told. */

#include "tests/instructions/asset.hpp"

#define BOARDWALK_HTTPD_HEAD                                 \
    "HTTP/1.1 200 OK\r\n"                                    \
    "Content-Type: " BOARDWALK_ASSET_TYPE                    \
    "\r\n"                                                   \
    "Content-Length: 4096\r\n"                               \
    "Content-Encoding: gzip\r\n"                             \
    "Cache-Control: public, max-age=31536000, immutable\r\n" \
    "ETag: " BOARDWALK_ASSET_ETAG                            \
    "\r\n"                                                   \
    "Accept-Ranges: bytes\r\n"                               \
    "Vary: Accept-Encoding\r\n"                              \
    "X-Content-Type-Options: nosniff\r\n"                    \
    "Connection: keep-alive\r\n"                             \
    "\r\n"

static const unsigned char boardwalk_httpd_name[] = BOARDWALK_ASSET_PATH;
static const unsigned char boardwalk_httpd_data[] = BOARDWALK_HTTPD_HEAD BOARDWALK_ASSET;
static const struct fsdata_file boardwalk_httpd_file = {
    NULL, boardwalk_httpd_name, boardwalk_httpd_data, sizeof boardwalk_httpd_data - 1,
    FS_FILE_FLAGS_HEADER_INCLUDED | FS_FILE_FLAGS_HEADER_PERSISTENT | FS_FILE_FLAGS_HEADER_HTTPVER_1_1};

#define FS_ROOT (&boardwalk_httpd_file)
#define FS_NUMFILES 1
