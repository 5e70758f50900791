import Glibc

/// Reading and writing of whole files, for hosts that let scripts touch the disk.
public struct FileSystem: Sendable {
  /// The folder that relative paths are relative to; empty is the working directory.
  public var folder: String

  /// The largest file that is read: 4 GiB.
  public static let largestFile = 1 << 32

  /// Files relative to `folder`.
  public init(folder: String = "") { self.folder = folder }

  /// The path as the system needs it; `~/` is the user's home.
  public func resolve(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    if path.hasPrefix("~/"), let home = FileSystem.environment("HOME") {
      return home + path.dropFirst()
    }
    return folder.isEmpty ? path : folder + "/" + path
  }

  /// The bytes of a file.
  public func read(_ path: String) throws(HostError) -> [UInt8] {
    guard !path.utf8.contains(0) else { throw .failed(path, reason: "a path holds no NUL") }
    let descriptor = open(resolve(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileSystem.error(errno, path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileSystem.error(errno, path) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw .isFolder(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .failed(path, reason: "this is not a regular file")
    }
    let size = Int(status.st_size)
    guard size <= FileSystem.largestFile else {
      throw .tooLarge(path, bytes: size, limit: FileSystem.largestFile)
    }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let read = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), size - count)
        if read < 0, errno == EINTR { continue }
        if read < 0 { failure = errno }
        guard read > 0 else { break }
        count += read
      }
    }
    guard failure == 0 else { throw FileSystem.error(failure, path) }
    return bytes
  }

  /// Whether there is a regular file at `path`.
  public func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(resolve(path), &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Writes a file whole: into a new file beside it, which is then renamed over it, so that the old
  /// one is intact until the new one is complete.
  public func save(_ bytes: [UInt8], to path: String) throws(HostError) {
    guard !path.utf8.contains(0) else { throw .failed(path, reason: "a path holds no NUL") }
    let target = FileSystem.behindLinks(resolve(path))
    var status = stat()
    let replaces = stat(target, &status) == 0
    if replaces {
      guard status.st_mode & S_IFMT != S_IFDIR else { throw .isFolder(path) }
      if status.st_mode & S_IFMT != S_IFREG { return try overwrite(target, bytes, path) }
      guard access(target, W_OK) == 0 else { throw FileSystem.error(errno, path) }
    }
    try makeFolders(of: target, path)
    let temporary = target + ".part\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileSystem.error(errno, path) }
    // An executable notebook stays one.
    if replaces { _ = fchmod(descriptor, status.st_mode & 0o7777) }
    var failure = FileSystem.writeAll(bytes, to: descriptor)
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(temporary, target) != 0 { failure = errno }
    if failure != 0 {
      unlink(temporary)
      throw FileSystem.error(failure, path)
    }
  }

  /// The value of an environment variable, or nil if it is unset or empty.
  public static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// The names in a folder, in alphabetical order; empty where it cannot be read.
  public static func files(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Seconds of the machine's steady clock.
  public static var monotonicSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Threads to compute with: `JATAI_THREADS`, else one per processor.
  public static var threads: Int {
    if let text = environment("JATAI_THREADS"), let count = Int(text), (1...64).contains(count) {
      return count
    }
    return max(1, min(64, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// Writes all bytes; returns 0 or the error's number.
  public static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let count = Glibc.write(
          descriptor,
          buffer.baseAddress?.advanced(by: written),
          buffer.count - written
        )
        if count < 0, errno == EINTR { continue }
        if count < 0 { return errno }
        written += count
      }
      return 0
    }
  }

  /// Folders that may hold the shipped data: `JATAI_DATA`, then beside the program and above it,
  /// then below the working directory.
  public static var dataFolders: [String] {
    var folders: [String] = []
    if let given = environment("JATAI_DATA") {
      folders += given.split(separator: ":").map(String.init)
    }
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    if length > 0 {
      var parts = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        .split(separator: "/").dropLast()
      folders.append("/" + parts.joined(separator: "/") + "/data")
      while !parts.isEmpty {
        folders.append("/" + parts.joined(separator: "/") + "/Notebooks/data")
        parts = parts.dropLast()
      }
    }
    return folders + ["Notebooks/data", "data", "/usr/share/jatai/data"]
  }

  /// The file that a symbolic link leads to, so that it is replaced and not the link.
  private static func behindLinks(_ target: String) -> String {
    guard let real = realpath(target, nil) else { return target }
    defer { free(real) }
    return String(cString: real)
  }

  /// Devices such as `/dev/null` and pipes cannot be renamed over: they are written in place.
  private func overwrite(_ target: String, _ bytes: [UInt8], _ path: String) throws(HostError) {
    let descriptor = open(target, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileSystem.error(errno, path) }
    var failure = FileSystem.writeAll(bytes, to: descriptor)
    if close(descriptor) != 0, failure == 0 { failure = errno }
    guard failure == 0 else { throw FileSystem.error(failure, path) }
  }

  private func makeFolders(of target: String, _ path: String) throws(HostError) {
    guard let slash = target.lastIndex(of: "/"), slash != target.startIndex else { return }
    let parent = String(target[..<slash])
    var status = stat()
    if stat(parent, &status) == 0 { return }
    try makeFolders(of: parent, path)
    guard mkdir(parent, 0o777) == 0 || errno == EEXIST else {
      throw FileSystem.error(errno, path)
    }
  }

  static func error(_ number: Int32, _ path: String) -> HostError {
    switch number {
    case ENOENT, ENOTDIR: .notFound(path)
    case EISDIR: .isFolder(path)
    case EACCES, EPERM: .notPermitted(path)
    case EROFS: .readOnly(path)
    case ENOSPC, EDQUOT: .noSpace(path)
    default: .failed(path, reason: String(cString: strerror(number)))
    }
  }
}
