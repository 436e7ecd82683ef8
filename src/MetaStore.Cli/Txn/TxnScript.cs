using System.Text;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Words;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Txn;

/// <summary>A transaction as text: compares, an empty line, success requests, an empty line, failure requests, an empty line.</summary>
/// <remarks>
/// The grammar is etcdctl's, so scripts work with both. The third empty line ends it; anything after it is not read. A script that ends before is
/// truncated, and none of it is executed.
/// </remarks>
internal static class TxnScript
{
    /// <summary>Reads a whole script. Throws <see cref="InputException"/> that names the malformed line, or that the script is truncated.</summary>
    /// <param name="lines">The script.</param>
    /// <param name="prompt">Called with the name of each part before it is read.</param>
    /// <param name="cancellation">Cancels reading.</param>
    public static async Task<TxnRequest> ReadAsync(ByteLines lines, Action<string> prompt, CancellationToken cancellation)
    {
        var request = new TxnRequest();
        var number = 0;
        await SectionAsync("compares:", line => request.Compare.Add(TxnCompare.Parse(line)));
        await SectionAsync("success requests (get, put, del):", line => request.Success.Add(TxnOperation.Parse(line)));
        await SectionAsync("failure requests (get, put, del):", line => request.Failure.Add(TxnOperation.Parse(line)));
        return request;

        async Task SectionAsync(string title, Action<byte[]> add)
        {
            prompt(title);
            while (true)
            {
                number++;
                var whole = await lines.NextAsync(cancellation) ?? throw new InputException($"EOF in line {number}: each of the three parts ends with an empty line");
                var line = ScriptLine.Trim(whole).ToArray();
                if (line.Length == 0)
                {
                    return;
                }

                try
                {
                    add(line);
                }
                catch (InputException wrong)
                {
                    throw new InputException($"{wrong.Message} (line {number}: {Encoding.UTF8.GetString(line)})");
                }
            }
        }
    }
}
