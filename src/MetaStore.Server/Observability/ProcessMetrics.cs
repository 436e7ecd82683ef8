using System.Diagnostics;
using System.Globalization;

namespace MetaStore.Server.Observability;

/// <summary>What the process uses, by the names every Prometheus client library has.</summary>
internal static class ProcessMetrics
{
    /// <summary>Adds them to the page.</summary>
    public static void Write(PrometheusText text)
    {
        using var process = Process.GetCurrentProcess();
        text.Single("process_resident_memory_bytes", "gauge", "Resident memory.", process.WorkingSet64);
        text.Single("process_cpu_seconds_total", "counter", "Processor time used.", process.TotalProcessorTime.TotalSeconds);
        text.Single("process_start_time_seconds", "gauge", "Start of the process, seconds since 1970.",
            new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0);
        text.Single("process_open_fds", "gauge", "Open file descriptors.", CountFiles());
        text.Single("process_max_fds", "gauge", "Open file descriptors this process may have.", FilesMax());
        text.Single("process_virtual_memory_bytes", "gauge", "Virtual memory.", process.VirtualMemorySize64);
        text.Single("dotnet_gc_collections_total", "counter", "Garbage collections of all generations.", GC.CollectionCount(0));
        text.Single("dotnet_total_memory_bytes", "gauge", "Bytes of the managed heap.", GC.GetTotalMemory(forceFullCollection: false));
    }

    private static int CountFiles()
    {
        const string descriptors = "/proc/self/fd";
        return Directory.Exists(descriptors) ? Directory.EnumerateFileSystemEntries(descriptors).Count() : 0;
    }

    /// <summary>The soft limit; 0 where the kernel does not tell.</summary>
    private static long FilesMax()
    {
        const string limits = "/proc/self/limits";
        const string name = "Max open files";
        string? line = File.Exists(limits) ? File.ReadLines(limits).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) : null;
        return long.TryParse(line?[name.Length..].TrimStart().Split(' ')[0], CultureInfo.InvariantCulture, out long most) ? most : 0;
    }
}
