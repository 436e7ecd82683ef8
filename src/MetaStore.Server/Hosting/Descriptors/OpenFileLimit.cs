using System.Globalization;

namespace MetaStore.Server.Hosting.Descriptors;

/// <summary>The kernel's limit of open descriptors of this process: RLIMIT_NOFILE. The runtime raises the soft limit to the hard one at startup.</summary>
internal static class OpenFileLimit
{
    private const string Limits = "/proc/self/limits";
    private const string Name = "Max open files";

    /// <summary>The soft limit; null when there is none or it cannot be read.</summary>
    public static long? Read()
    {
        if (!File.Exists(Limits))
        {
            return null;
        }

        foreach (string line in File.ReadAllLines(Limits))
        {
            if (line.StartsWith(Name, StringComparison.Ordinal))
            {
                string value = line[Name.Length..].TrimStart();
                int end = value.IndexOf(' ', StringComparison.Ordinal);
                return long.TryParse(end < 0 ? value : value[..end], NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : null;
            }
        }

        return null;
    }
}
