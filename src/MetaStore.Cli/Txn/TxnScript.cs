using Etcdserverpb;
using MetaStore.Cli.Commands;

namespace MetaStore.Cli.Txn;

/// <summary>A transaction as text: compares, an empty line, success requests, an empty line, failure requests.</summary>
/// <remarks>The grammar is etcdctl's, so scripts move between the two unchanged.</remarks>
internal static class TxnScript
{
    /// <summary>Reads a whole script. Throws <see cref="InputException"/> naming the line that cannot be read.</summary>
    public static TxnRequest Parse(string text)
    {
        var request = new TxnRequest();
        var section = 0;
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var trimmed = line.Trim();
            if (trimmed.Length == 0)
            {
                section++;
                continue;
            }

            try
            {
                switch (section)
                {
                    case 0:
                        request.Compare.Add(TxnCompare.Parse(trimmed));
                        break;
                    case 1:
                        request.Success.Add(TxnOperation.Parse(trimmed));
                        break;
                    case 2:
                        request.Failure.Add(TxnOperation.Parse(trimmed));
                        break;
                    default:
                        throw new InputException("nothing may follow the failure requests");
                }
            }
            catch (Exception wrong) when (wrong is InputException or UsageException)
            {
                throw new InputException($"line {number}: {wrong.Message}");
            }
        }

        return request;
    }
}
