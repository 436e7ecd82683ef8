using MetaStore.Testing.Processes;

namespace MetaStore.Bench;

/// <summary>What the kernel knows about a server's writes.</summary>
internal static class ProcessBytes
{
    /// <summary>Bytes the process has caused to be sent to the disk since it started (write_bytes of /proc/PID/io).</summary>
    public static long BytesWritten(this ClusterNode node)
    {
        const string Name = "write_bytes: ";
        return File.ReadLines($"/proc/{node.Process!.Id}/io").Where(line => line.StartsWith(Name, StringComparison.Ordinal))
            .Select(line => long.Parse(line[Name.Length..])).First();
    }
}
