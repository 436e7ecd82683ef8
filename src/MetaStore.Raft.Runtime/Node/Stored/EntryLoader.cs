using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Inbox;
using MetaStore.Raft.Runtime.Observability;
using MetaStore.Raft.Storage.Wal;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Node.Stored;

/// <summary>Reads entries that the core asked for and that are not in memory from the log's files, one page at a time, beside the raft thread.</summary>
/// <remarks>
/// The raft thread calls; the disk is read in the background, so that a slow one delays no heartbeat. Damage ends the process as at the start
/// (65, 67, ADR 0007), an error of the disk with 74. Without a free descriptor nothing is loaded: the member that waits asks again with its
/// next heartbeat response.
/// </remarks>
internal sealed class EntryLoader(RaftNodeOptions options, RaftCore core, MemoryLog log, IWriteAheadLog wal, NodeMailbox mailbox, NodeProgress progress, ILogger logger)
{
    private const long PageBytesMin = 64 << 10;
    private const int DescriptorsOfSystem = 23;
    private const int DescriptorsOfProcess = 24;

    private readonly long _pageBytes = Math.Max(options.AppendBytesMax, PageBytesMin);
    private bool _loads;
    private bool _stopped;

    /// <summary>Begins to read what is asked for, unless a page is being read.</summary>
    public void Start()
    {
        if (!_loads && log.TryTakeWanted(out ulong low, out ulong high))
        {
            _loads = true;
            options.Background.Run(() => Load(low, high));
        }
    }

    /// <summary>The result has come back to the raft thread.</summary>
    public void OnLoaded(List<Entry> entries)
    {
        _loads = false;
        if (entries.Count > 0 && log.Supply(entries))
        {
            progress.CountLoad();
            core.EntriesLoaded();
        }
    }

    /// <summary>The node has stopped: the files may be gone before a read that still runs ends, and its failure says nothing.</summary>
    public void Stop() => Volatile.Write(ref _stopped, true);

    // In the background. Whatever happens, an answer goes back or the process ends, unless the node has stopped.
    private void Load(ulong low, ulong high)
    {
        List<Entry> entries = [];
        try
        {
            entries.AddRange(wal.Read(low, high, _pageBytes) ?? []);
        }
        catch (Exception) when (Volatile.Read(ref _stopped))
        {
            return;
        }
        catch (IOException error) when (error.HResult is DescriptorsOfProcess or DescriptorsOfSystem)
        {
            logger.EntriesNotLoaded(low, error.Message);
        }
        catch (StorageException damage)
        {
            options.Fatal.OnFatal(damage.ExitCode, damage.Message);
            return;
        }
        catch (Exception error)
        {
            int code = error is IOException or UnauthorizedAccessException ? ExitCodes.IoError : ExitCodes.InvariantBroken;
            options.Fatal.OnFatal(code, $"entry {low} cannot be read from the write-ahead log: {error.Message}");
            return;
        }

        mailbox.TryPost(new NodeCommand.EntriesLoaded(entries));
    }
}
