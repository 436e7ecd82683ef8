using MetaStore.Batching.Entries;
using MetaStore.Raft.Messages;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Apply;

/// <summary>Which entries may be applied by a thread that has other things to do, such as reading heartbeats, and that has a small stack.</summary>
internal static class ShortEntry
{
    /// <summary>True for a leader's empty entry and for one of short commands only. Nothing is unpacked to find out.</summary>
    public static bool IsShort(Entry entry)
    {
        if (entry.Type != EntryType.Normal || BatchCodec.IsCompressed(entry.Data.Span))
        {
            return false;
        }

        try
        {
            return entry.Data.IsEmpty || AreShort(BatchCodec.Decode(entry.Data));
        }
        catch (BatchFormatException)
        {
            // Reported when it is applied.
            return false;
        }
    }

    private static bool AreShort(BatchReader commands)
    {
        foreach (ReadOnlyMemory<byte> command in commands)
        {
            if (!ShortCommands.IsShort(command))
            {
                return false;
            }
        }

        return true;
    }
}
