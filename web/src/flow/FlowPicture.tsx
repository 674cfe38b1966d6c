import "@xyflow/react/dist/base.css";
import { ActionIcon, Group, Tooltip } from "@mantine/core";
import {
  IconAlertTriangle,
  IconArrowsSplit2,
  IconBolt,
  IconBraces,
  IconList,
  IconMaximize,
  IconMinus,
  IconPlayerPause,
  IconPlus,
  IconQuestionMark,
  IconRepeat,
  IconShieldCheck,
  IconWorld,
} from "@tabler/icons-react";
import {
  type Node,
  type NodeProps,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  ViewportPortal,
} from "@xyflow/react";
import { createContext, use, useEffect, useMemo, useRef } from "react";
import classes from "./FlowPicture.module.css";
import { layoutFlow, type Picture, type PictureEdge, type PictureNode, type Point } from "./layout";
import { bare, type Task, type TaskKind } from "./tree";

/** What is said of a task besides what it does: a problem in it, or how it went. */
export interface Mark {
  tone: "error" | "warning" | "done" | "skipped";
  text: string;
}

interface Props {
  tasks: Task[];
  /** By the pointer of the task. */
  marks?: ReadonlyMap<string, Mark>;
  /** The pointer of the task that the cursor is in. */
  selected?: string | null;
  onSelect?: (task: Task) => void;
}

interface Shared extends Omit<Props, "tasks"> {
  marks: ReadonlyMap<string, Mark>;
}

const NONE: ReadonlyMap<string, Mark> = new Map();
const SharedContext = createContext<Shared>({ marks: NONE });

/** The tasks of a flow as a picture: pan by scrolling, zoom with Ctrl, every task is a button. */
export function FlowPicture({ tasks, marks = NONE, selected, onSelect }: Props) {
  const picture = useMemo(() => layoutFlow(tasks), [tasks]);
  const nodes = useMemo(() => picture.nodes.map(toNode), [picture]);
  const shared = useMemo(() => ({ marks, selected, onSelect }), [marks, selected, onSelect]);
  return (
    <section className={classes.picture} aria-label="Picture of the flow">
      <SharedContext value={shared}>
        <ReactFlowProvider>
          <ReactFlow
            nodes={nodes}
            edges={[]}
            nodeTypes={NODE_TYPES}
            minZoom={0.2}
            maxZoom={1.6}
            nodesDraggable={false}
            nodesConnectable={false}
            nodesFocusable={false}
            elementsSelectable={false}
            disableKeyboardA11y
            panOnScroll
            zoomOnDoubleClick={false}
            proOptions={{ hideAttribution: true }}
          >
            <ViewportPortal>
              <Arrows picture={picture} />
            </ViewportPortal>
            <View picture={picture} />
          </ReactFlow>
        </ReactFlowProvider>
      </SharedContext>
    </section>
  );
}

function toNode(node: PictureNode): Node<{ node: PictureNode }> {
  return {
    id: node.id,
    // `group` is a type of the library with a look of its own.
    type: node.kind === "group" ? "box" : node.kind,
    position: { x: node.x, y: node.y },
    width: node.width,
    height: node.height,
    data: { node },
    zIndex: node.depth,
    selectable: false,
    focusable: false,
  };
}

const READABLE_ZOOM = 0.7;
const MARGIN = 24;

/** Shows the whole of a picture, or its upper part where the whole would be too small to read. */
function View({ picture }: { picture: Picture }) {
  const { setViewport, zoomIn, zoomOut } = useReactFlow();
  const panel = useRef<HTMLDivElement>(null);
  const { width, height } = picture;

  const fit = () => {
    const frame = panel.current?.closest(".react-flow")?.getBoundingClientRect();
    if (!frame || frame.width === 0) return;
    const across = (frame.width - 2 * MARGIN) / width;
    const whole = Math.min(across, (frame.height - 2 * MARGIN) / height, 1);
    const zoom = whole >= READABLE_ZOOM ? whole : Math.min(Math.max(across, READABLE_ZOOM), 1);
    // What is wider than the frame is shown around its beginning.
    const middle = across >= zoom ? width / 2 : startOf(picture);
    const x = frame.width / 2 - middle * zoom;
    const y = Math.max(Math.min((frame.height - height * zoom) / 2, 2 * MARGIN), MARGIN);
    void setViewport({ x, y, zoom });
  };
  const latest = useRef(fit);
  latest.current = fit;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another size is another picture
  useEffect(() => latest.current(), [width, height]);
  useEffect(() => {
    const frame = panel.current?.closest(".react-flow");
    if (!frame) return;
    const observer = new ResizeObserver(() => latest.current());
    observer.observe(frame);
    return () => observer.disconnect();
  }, []);

  const button = (label: string, act: () => void, icon: React.ReactNode) => (
    <Tooltip label={label} position="top">
      <ActionIcon variant="default" size="sm" aria-label={label} onClick={act}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <Panel position="bottom-right" style={{ margin: 10 }}>
      <Group gap={4} wrap="nowrap" ref={panel}>
        {button("Zoom out", () => void zoomOut(), <IconMinus size={14} />)}
        {button("Zoom in", () => void zoomIn(), <IconPlus size={14} />)}
        {button("Fit the picture", fit, <IconMaximize size={14} />)}
      </Group>
    </Panel>
  );
}

function startOf(picture: Picture): number {
  const start = picture.nodes.find((node) => node.kind === "pill" && node.role === "start");
  return start ? start.x + start.width / 2 : picture.width / 2;
}

const ICONS: Record<TaskKind, typeof IconBolt> = {
  call: IconWorld,
  do: IconList,
  fork: IconArrowsSplit2,
  emit: IconBolt,
  for: IconRepeat,
  listen: IconPlayerPause,
  raise: IconAlertTriangle,
  run: IconBolt,
  set: IconBraces,
  switch: IconArrowsSplit2,
  try: IconShieldCheck,
  wait: IconPlayerPause,
  unknown: IconQuestionMark,
};

type Drawn = NodeProps<Node<{ node: PictureNode }>>;

const NODE_TYPES = { task: TaskBox, box: GroupBox, lane: Lane, pill: Pill };

function TaskBox({ data: { node } }: Drawn) {
  if (node.kind !== "task") return null;
  return <TaskButton task={node.task} className={classes.task} />;
}

function GroupBox({ data: { node } }: Drawn) {
  if (node.kind !== "group") return null;
  return (
    <div className={classes.group}>
      <TaskButton task={node.task} className={classes.header} />
    </div>
  );
}

function Lane({ data: { node } }: Drawn) {
  if (node.kind !== "lane") return null;
  const { title, role } = node.branch;
  return (
    <div className={classes.lane} data-role={role}>
      {title && <span title={title}>{title}</span>}
    </div>
  );
}

function Pill({ data: { node } }: Drawn) {
  if (node.kind !== "pill") return null;
  return (
    <div className={classes.pill} data-role={node.role}>
      {node.label}
    </div>
  );
}

function TaskButton({ task, className }: { task: Task; className: string | undefined }) {
  const { marks, selected, onSelect } = use(SharedContext);
  const mark = marks.get(task.pointer);
  const Icon = ICONS[task.kind];
  const kind = task.kind === "unknown" ? "not yet a task" : task.kind;
  const name = [`${task.name}, ${kind}`, mark?.text].filter(Boolean).join(": ");
  return (
    <button
      type="button"
      className={`nodrag nopan ${className ?? ""}`}
      data-kind={task.kind}
      data-tone={mark?.tone}
      aria-current={selected === task.pointer ? "true" : undefined}
      aria-label={name}
      title={mark?.text ?? task.summary}
      onClick={() => onSelect?.(task)}
    >
      <span className={classes.icon}>
        <Icon size={16} stroke={1.8} aria-hidden />
      </span>
      <span className={classes.words}>
        <span className={classes.name}>
          {task.name}
          {task.condition !== null && (
            <span className={classes.condition} title={`if ${bare(task.condition)}`}>
              if
            </span>
          )}
        </span>
        <span className={classes.summary}>{task.summary || kind}</span>
      </span>
      {mark && <span className={classes.mark} aria-hidden />}
    </button>
  );
}

const ROUNDING = 8;

function Arrows({ picture }: { picture: Picture }) {
  return (
    <svg
      className={classes.arrows}
      width={picture.width}
      height={picture.height}
      aria-hidden
      focusable="false"
    >
      <defs>
        <marker
          id="arrow"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto"
        >
          <path d="M0 0.8 L7 4 L0 7.2 Z" className={classes.head} />
        </marker>
      </defs>
      {picture.edges.map((edge) => (
        <Arrow key={edge.id} edge={edge} />
      ))}
    </svg>
  );
}

function Arrow({ edge }: { edge: PictureEdge }) {
  const { labelAt, label } = edge;
  return (
    <g>
      <path
        d={pathOf(edge.points)}
        className={edge.kind === "error" ? classes.errorArrow : classes.arrow}
        markerEnd="url(#arrow)"
      />
      {labelAt && (
        <text x={labelAt.x} y={labelAt.y} className={classes.label}>
          {label}
        </text>
      )}
    </g>
  );
}

/** A line through the points with its corners rounded. */
function pathOf(points: Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${first.x} ${first.y}`;
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    if (!next) {
      path += ` L${point.x} ${point.y}`;
      return;
    }
    const before = index === 0 ? first : (rest[index - 1] ?? first);
    const start = towards(point, before);
    const end = towards(point, next);
    path += ` L${start.x} ${start.y} Q${point.x} ${point.y} ${end.x} ${end.y}`;
  });
  return path;
}

function towards(from: Point, to: Point): Point {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  if (length === 0) return from;
  const step = Math.min(ROUNDING * 2, length / 2) / length;
  return { x: from.x + dx * step, y: from.y + dy * step };
}
