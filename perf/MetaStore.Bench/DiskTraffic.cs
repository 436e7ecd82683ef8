using System.Text.RegularExpressions;

namespace MetaStore.Bench;

/// <summary>Bytes written to the machine's disks: only the system under load writes, so they are charged to it.</summary>
/// <remarks>Not write_bytes of the processes: the kernel charges a whole large folio, a MiB or more, for every synced record.</remarks>
internal static partial class DiskTraffic
{
    private const int NameField = 2;
    private const int SectorsWrittenField = 9;
    private const int SectorBytes = 512;

    /// <summary>Bytes since boot, over all whole disks (/proc/diskstats).</summary>
    public static long BytesWritten() => SectorBytes * File.ReadLines("/proc/diskstats")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => WholeDisk().IsMatch(fields[NameField]))
        .Sum(fields => long.Parse(fields[SectorsWrittenField]));

    [GeneratedRegex(@"^([shv]d[a-z]+|nvme\d+n\d+|mmcblk\d+)$")]
    private static partial Regex WholeDisk();
}
