namespace MetaStore.LoadGen.Load;

/// <summary>Finds the leader by calling Maintenance.Status on every endpoint.</summary>
internal static class LeaderFinder
{
    /// <summary>The endpoint that is the leader.</summary>
    /// <exception cref="IOException">None of them is.</exception>
    public static Target Find(IReadOnlyList<Target> targets)
    {
        foreach (Target target in targets)
        {
            try
            {
                byte[] status = UnaryCaller.Call(target, RequestTemplate.Status());
                ulong member = Varint(Message(status, field: 1), field: 2);
                if (member != 0 && member == Varint(status, field: 4))
                {
                    return target;
                }
            }
            catch (IOException e)
            {
                Console.Error.WriteLine(e.Message);
            }
        }

        throw new IOException("none of the endpoints is the leader");
    }

    private static ulong Varint(ReadOnlySpan<byte> message, int field)
    {
        ProtoFields fields = new(message);
        while (fields.MoveNext())
        {
            if (fields.Field == field)
            {
                return fields.Number;
            }
        }

        return 0;
    }

    private static ReadOnlySpan<byte> Message(ReadOnlySpan<byte> message, int field)
    {
        ProtoFields fields = new(message);
        while (fields.MoveNext())
        {
            if (fields.Field == field)
            {
                return fields.Bytes;
            }
        }

        return [];
    }
}
