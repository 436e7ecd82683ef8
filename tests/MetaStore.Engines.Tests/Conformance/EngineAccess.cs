using System.Text;

namespace MetaStore.Engines.Tests.Conformance;

/// <summary>Short ways to write and read text in tests; Latin-1, so that every byte is one character.</summary>
internal static class EngineAccess
{
    internal static void Put(this IStorageEngine engine, Bucket bucket, string key, string value)
    {
        var batch = new WriteBatch();
        batch.Put(bucket, Encoding.Latin1.GetBytes(key), Encoding.Latin1.GetBytes(value));
        engine.Commit(batch);
    }

    internal static string? Get(this IStorageEngine engine, Bucket bucket, string key)
    {
        using var view = engine.OpenView();
        return view.TryGet(bucket, Encoding.Latin1.GetBytes(key), out var value) ? Encoding.Latin1.GetString(value.Span) : null;
    }

    internal static string[] Walk(
        this IStorageEngine engine, Bucket bucket, string from = "", string to = "", bool descending = false)
    {
        using var view = engine.OpenView();
        return view.Walk(bucket, from, to, descending);
    }

    internal static string[] Walk(this IReadView view, Bucket bucket, string from = "", string to = "", bool descending = false)
    {
        var entries = new List<string>();
        using var cursor = view.Seek(bucket, Encoding.Latin1.GetBytes(from), Encoding.Latin1.GetBytes(to), descending);
        while (cursor.MoveNext())
        {
            entries.Add($"{Encoding.Latin1.GetString(cursor.Key.Span)}={Encoding.Latin1.GetString(cursor.Value.Span)}");
        }

        return [.. entries];
    }

    internal static byte[] Checkpoint(this IStorageEngine engine)
    {
        using var view = engine.OpenView();
        using var stream = new MemoryStream();
        engine.WriteCheckpoint(view, stream, CancellationToken.None);
        return stream.ToArray();
    }

    internal static void Load(this IStorageEngine engine, byte[] checkpoint) =>
        engine.Load(new MemoryStream(checkpoint), CancellationToken.None);
}
