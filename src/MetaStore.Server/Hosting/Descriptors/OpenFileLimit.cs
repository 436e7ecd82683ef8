using System.Globalization;

namespace MetaStore.Server.Hosting.Descriptors;

/// <summary>How many descriptors (files and sockets) the kernel lets this process have open: RLIMIT_NOFILE. The runtime raises the soft limit to the hard one at its start.</summary>
internal static class OpenFileLimit
{
    private const string Limits = "/proc/self/limits";
    private const string Name = "Max open files";

    /// <summary>The soft limit; null where the kernel does not say, or sets none.</summary>
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
