using MetaStore.Raft.Runtime.Native;

namespace MetaStore.Raft.Runtime.Storage;

/// <summary>Converts an operating system error at start to the exception with the right exit code.</summary>
internal static class StorageFailure
{
    private const int WouldBlock = 11;
    private const int NoSpace = 28;

    /// <summary>True when a lock was refused because another process holds it.</summary>
    internal static bool IsSharingViolation(IOException error) => error.HResult == WouldBlock;

    internal static StorageException FromIo(string what, Exception error) =>
        error.HResult == NoSpace
            ? new StorageException(ExitCodes.DiskFull, $"{what}: the disk is full ({error.Message})", error)
            : new StorageException(ExitCodes.IoError, $"{what}: {error.Message}", error);
}
