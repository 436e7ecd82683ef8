using MetaStore.Protocol.Etcd;
using MetaStore.Crashes.Tests.Model;

namespace MetaStore.Crashes.Tests.Check;

/// <summary>Checks reads that completed before a crash against the history read after it.</summary>
internal static class ReadCheck
{
    /// <returns>Descriptions of all differences.</returns>
    public static List<string> Run(StoreModel model, IEnumerable<RangeResponse> answers)
    {
        var wrong = new List<string>();
        foreach (var answer in answers.Where(answer => answer.Header.Revision >= model.Compacted))
        {
            var revision = answer.Header.Revision;
            if (revision > model.Revision)
            {
                wrong.Add($"a read returned revision {revision}, which does not exist: the last is {model.Revision}");
            }
            else if (!model.At(revision).Select(record => record.Pair).SequenceEqual(answer.Kvs))
            {
                wrong.Add($"a read at revision {revision} returned other keys or values");
            }
        }

        return wrong;
    }
}
