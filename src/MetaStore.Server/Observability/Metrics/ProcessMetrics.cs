using System.Diagnostics;
using System.Globalization;
using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Resource usage of the process, with the usual names of Prometheus client libraries.</summary>
internal static class ProcessMetrics
{
    /// <summary>Value of Go's library where there is no limit.</summary>
    private const double Unlimited = ulong.MaxValue;

    /// <summary>Adds the metrics to the page.</summary>
    public static void Write(MetricFamilies text)
    {
        using var process = Process.GetCurrentProcess();
        (int files, double filesMax) = (CountFiles(), LimitOf("Max open files"));
        text.Single("process_resident_memory_bytes", "gauge", "Resident memory.", process.WorkingSet64);
        text.Single("process_cpu_seconds_total", "counter", "Processor time used, in seconds.", process.TotalProcessorTime.TotalSeconds);
        text.Single("process_start_time_seconds", "gauge", "Start time of the process, as Unix time in seconds.",
            new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0);
        text.Single("process_open_fds", "gauge", "Open file descriptors.", files);
        text.Single("process_max_fds", "gauge", "Maximum number of open file descriptors.", filesMax);
        text.Single("os_fd_used", "gauge", "Open file descriptors.", files);
        text.Single("os_fd_limit", "gauge", "Maximum number of open file descriptors.", filesMax);
        text.Single("process_virtual_memory_bytes", "gauge", "Virtual memory.", process.VirtualMemorySize64);
        text.Single("process_virtual_memory_max_bytes", "gauge", "Maximum virtual memory in bytes.", LimitOf("Max address space"));
        (long received, long sent) = Octets();
        text.Single("process_network_receive_bytes_total", "counter", "Bytes received by all processes of the network namespace.", received);
        text.Single("process_network_transmit_bytes_total", "counter", "Bytes sent by all processes of the network namespace.", sent);
        text.Single("dotnet_gc_collections_total", "counter", "Garbage collections of any generation.", GC.CollectionCount(0));
        text.Single("dotnet_total_memory_bytes", "gauge", "Bytes of the managed heap.", GC.GetTotalMemory(forceFullCollection: false));
    }

    private static int CountFiles()
    {
        const string descriptors = "/proc/self/fd";
        return Directory.Exists(descriptors) ? Directory.EnumerateFileSystemEntries(descriptors).Count() : 0;
    }

    /// <summary>A soft limit; 0 when it cannot be read.</summary>
    private static double LimitOf(string name)
    {
        const string limits = "/proc/self/limits";
        string? line = File.Exists(limits) ? File.ReadLines(limits).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) : null;
        string soft = line?[name.Length..].TrimStart().Split(' ')[0] ?? "";
        return soft == "unlimited" ? Unlimited : double.TryParse(soft, CultureInfo.InvariantCulture, out double most) ? most : 0;
    }

    /// <summary>InOctets and OutOctets of the line pair IpExt, as Go's library reads them.</summary>
    private static (long Received, long Sent) Octets()
    {
        const string statistics = "/proc/self/net/netstat";
        string[][] lines = File.Exists(statistics)
            ? [.. File.ReadLines(statistics).Where(line => line.StartsWith("IpExt:", StringComparison.Ordinal)).Select(line => line.Split(' '))]
            : [];
        return lines.Length < 2 ? (0, 0) : (Of("InOctets"), Of("OutOctets"));

        long Of(string name) => Array.IndexOf(lines[0], name) is var at and >= 0 ? long.Parse(lines[1][at], CultureInfo.InvariantCulture) : 0;
    }
}
