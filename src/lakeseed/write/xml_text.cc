#include "lakeseed/write/xml_text.h"

namespace lakeseed {

std::vector<std::string> TextsIn(const std::string& xml, const std::string& name) {
  const std::string begin = "<" + name + ">", end = "</" + name + ">";
  std::vector<std::string> texts;
  for (size_t at = xml.find(begin); at != std::string::npos; at = xml.find(begin, at)) {
    at += begin.size();
    const size_t last = xml.find(end, at);
    if (last == std::string::npos) break;
    texts.push_back(xml.substr(at, last - at));
  }
  return texts;
}

std::string TextIn(const std::string& xml, const std::string& name) {
  const std::vector<std::string> texts = TextsIn(xml, name);
  return texts.empty() ? "" : texts.front();
}

}  // namespace lakeseed
