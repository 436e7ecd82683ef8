namespace MetaStore.Raft.Runtime.Transport.Framing;

/// <summary>Protobuf tags (field number and wire type) of the messages that are coded by hand, as in <c>peer.proto</c>.</summary>
internal static class MessageFields
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Bytes = 2;
    public const int Fixed32 = 5;

    public const byte Type = (1 << 3) | Varint;
    public const byte To = (2 << 3) | Fixed64;
    public const byte From = (3 << 3) | Fixed64;
    public const byte Term = (4 << 3) | Varint;
    public const byte LogTerm = (5 << 3) | Varint;
    public const byte Index = (6 << 3) | Varint;
    public const byte Commit = (7 << 3) | Varint;
    public const byte Reject = (8 << 3) | Varint;
    public const byte RejectHint = (9 << 3) | Varint;
    public const byte Context = (10 << 3) | Fixed64;
    public const byte Snapshot = (11 << 3) | Bytes;
    public const byte Entries = (12 << 3) | Bytes;

    public const byte OneWay = (13 << 3) | Varint;

    public const byte EntryType = (1 << 3) | Varint;
    public const byte EntryTerm = (2 << 3) | Varint;
    public const byte EntryIndex = (3 << 3) | Varint;
    public const byte EntryData = (4 << 3) | Bytes;
}
