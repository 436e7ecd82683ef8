using System.Buffers.Binary;
using MetaStore.Crashes.Tests.Model;
using MetaStore.Engines;
using MetaStore.Engines.RocksDb;

namespace MetaStore.Crashes.Tests.Check;

/// <summary>Compares the engine's files of a stopped member, record by record, with the model.</summary>
internal static class FilesCheck
{
    /// <returns>Descriptions of all differences.</returns>
    public static List<string> Run(StoreModel model, string dataDirectory)
    {
        var wrong = new List<string>();
        using var engine = RocksDbEngine.Open(Path.Combine(dataDirectory, "engine"), new RocksDbSettings());
        using var view = engine.OpenView();
        using var stored = view.Seek(Bucket.Revisions, default, default);
        var count = 0;
        foreach (var record in model.Stored)
        {
            if (!stored.MoveNext())
            {
                wrong.Add($"the files end after {count} of {model.Stored.Count} records");
                return wrong;
            }

            count++;
            if (!stored.Key.Span.SequenceEqual(record.StoredKey) || !stored.Value.Span.SequenceEqual(record.StoredValue))
            {
                var main = BinaryPrimitives.ReadInt64BigEndian(stored.Key.Span);
                wrong.Add($"record {count} is of revision {main}; by the model it is of {record.Main}/{record.Sub}, key {record.Key}");
                return wrong;
            }
        }

        if (stored.MoveNext())
        {
            wrong.Add($"the files have more than the {count} records of the model");
        }

        return wrong;
    }
}
