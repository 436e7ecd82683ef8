namespace MetaStore.IO;

/// <summary>Converts an operating system error at start to the exception with the right exit code.</summary>
public static class StorageFailure
{
    private const int WouldBlock = 11;
    private const int NoSpace = 28;

    /// <summary>True when a lock was refused because another process holds it.</summary>
    public static bool IsSharingViolation(IOException error) => error.HResult == WouldBlock;

    /// <summary>The exception that ends the process with 75 when the disk is full, and with 74 otherwise.</summary>
    /// <param name="what">What could not be done, as the beginning of a sentence.</param>
    /// <param name="error">What the operating system said.</param>
    public static StorageException FromIo(string what, Exception error) =>
        error.HResult == NoSpace
            ? new StorageException(ExitCodes.DiskFull, $"{what}: the disk is full ({error.Message})", error)
            : new StorageException(ExitCodes.IoError, $"{what}: {error.Message}", error);
}
