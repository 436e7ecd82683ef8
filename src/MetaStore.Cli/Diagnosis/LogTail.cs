using System.Text;

namespace MetaStore.Cli.Diagnosis;

/// <summary>The end of a log file.</summary>
internal static class LogTail
{
    /// <summary>Most bytes that are read.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>The last whole lines of a file. Throws <see cref="IOException"/> when it cannot be read.</summary>
    public static string Of(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var isCut = file.Length > MaxBytes;
        file.Position = isCut ? file.Length - MaxBytes : 0;
        var end = new byte[Math.Min(MaxBytes, file.Length)];
        var read = file.ReadAtLeast(end, end.Length, throwOnEndOfStream: false); // a log may be rotated meanwhile
        var text = Encoding.UTF8.GetString(end, 0, read);
        return isCut ? text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..] : text;
    }
}
