// A job type for Flamenco 3: a corpus in parts, a task each. Copy it into the folder `scripts` beside Flamenco Manager.
// All workers see checkout, inputs and results at the same paths.

const JOB_TYPE = {
    label: "Sign Mocap Batch",
    description: "Track the signers of a corpus of videos",
    settings: [
        { key: "inputs", type: "string", required: true,
          description: "Folders, patterns, lists (.txt), tables (.csv) or annotations (.eaf), parted by ;" },
        { key: "out", type: "string", subtype: "dir_path", required: true, description: "Folder for all results" },
        { key: "options", type: "string", default: "", description: "More arguments, parted by ;, as --tier=Gloss RH" },
        { key: "parts", type: "int32", default: 10, propargs: { min: 1, max: 10000 }, description: "Number of tasks" },
        { key: "checkout", type: "string", subtype: "dir_path", required: true, description: "Sign Mocap's checkout" },
        { key: "python", type: "string", default: ".cache/demo/bin/python", description: "Below the checkout, or anywhere" },
    ],
};

// A clip that cannot be tracked is no reason to try the task again, or to block the worker: the report tells of it. The
// task fails where even the report cannot be written.
const SCRIPT = 'cd "$1" && python=$2 out=$3 && shift 3 || exit; ' +
    '"$python" -m engine batch "$@" --out "$out"; "$python" -m engine batch --out "$out" --status > /dev/null';

function compileJob(job) {
    const settings = job.settings;
    const given = [settings.inputs, settings.options || ""].join(";").split(";").map(text => text.trim()).filter(text => text);
    for (let part = 1; part <= settings.parts; part++) {
        const task = author.Task(`part-${part}-of-${settings.parts}`, "misc");
        task.addCommand(author.Command("exec", {
            exe: "sh",
            args: ["-c", SCRIPT, "sh", settings.checkout, settings.python, settings.out, ...given, `--part=${part}/${settings.parts}`],
        }));
        job.addTask(task);
    }
}
